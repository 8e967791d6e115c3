# Pipelines, lists and redirections.
cat file | grep x | sort | uniq -c
ls |& tee log
make 2>&1 | tee build.log
make > out.log 2> err.log
make &> all.log
make &>> all.log

make >| forced

cmd < in > out

cmd <> both

cmd 2>/dev/null
cmd >/dev/null 2>&1 &
cmd 3>&1 1>&2 2>&3
exec 3< file

exec 3<&-

sort < a > b && mv b a
diff <(sort a) <(sort b)
tee >(gzip > a.gz) < a
comm -12 <(sort <(cat a)) <(cat b | sort)
echo a > "file name" && cat "file name"
a && b || c
a; b; c
a & b & c
a | b && c | d || e
a &&
  b ||
  c
a |
  b |
  c
grep x <<< "some text"
bash <<< "$script"
wc -l <<<$x
curl -fsSL https://example.org/x.sh | bash
curl -s "https://example.org/?a=1&b=2" -o out
find . -name '*.pyc' -delete
find . -type f -exec grep -l x {} +
find . -name '*.sh' -exec chmod +x {} \;
ls | xargs -n1 -I{} echo {}
xargs -0 rm < list
docker ps -q | xargs docker rm
kubectl get pods | awk '{print $1}' | while read p; do kubectl delete pod "$p"; done
{ a; b; } | c
( a; b ) | c > d
a | { b; c; }
yes | head -5
git log --format='%h %s' | head
tar cz . | ssh host 'cd /srv && tar xz'
sed -e 's/a/b/g' -e "s|$x|$y|" file
awk -F: '$3 > 1000 { print $1 }' /etc/passwd
jq -r '.a[] | select(.b == "c") | .d' file.json
python - <<< 'print(1)'
