# Here-documents.
cat <<EOF
pip install nothing
EOF
cat <<'EOF' > file.txt
$(not run) `nor this`
EOF
cat <<-END
	indented
	END
cat > config.ini <<EOF && echo written
key = $(value_of key)
EOF

cat <<A <<B
one
A
two
B

tee file <<EOF | sort
b
a
EOF
sudo tee /etc/x.conf > /dev/null <<EOF
text "with 'quotes
EOF
mysql -u root <<SQL
select 1;
SQL

python3 - <<'PY'
import os
print(os.getcwd())
PY

while read -r l; do echo "$l"; done <<EOF
line
EOF
if true; then
  cat <<EOF
in a block
EOF
  echo after
fi
f() {
  cat <<EOF
usage: $0
EOF
}
x=$(cat <<EOF
body
EOF
)
cat <<"QUOTED"
$x
QUOTED
echo done
