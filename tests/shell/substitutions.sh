# Substitutions in all places.
now=$(date +%s)
dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
old=`date`
nested=$(echo $(echo $(echo deep)))

ticks=`echo \`echo inner\``

echo "today is $(date), in $(pwd)"
echo "`hostname` and $(uname -r)"
files=($(ls *.txt))
both=( "$(one)" $(two) three )
x=${y:-$(default_value)}
echo ${z:=$(compute "a b")}
echo "${w:+$(when_set)}"
if [ "$(id -u)" -ne 0 ]; then echo root; fi
[[ $(uname) == Darwin ]] && brew install x
for f in $(find . -name x); do echo "$f"; done
case "$(uname -s)" in Linux) apt-get update ;; esac
while [ $(count) -lt 3 ]; do sleep 1; done
echo $(( $(one) + $(two) ))
A=$(a) B=$(b) c
"$(which python)" -m pip list
$(which python3) x.py
$cmd --flag
"${cmd[@]}" x
${PYTHON:-python3} setup.py
"$dir/run.sh" arg
$HOME/bin/tool
echo $(cat <file)
echo "$(cat file | grep "quoted $(inner)" | sort)"
result=$(
  first |
  second
)
result=$(if a; then b; fi)
result=$(case x in x) y ;; esac)
f "$(g "$(h)")" 'lit $(no)'
echo "\$(not run)" '`nor this`'
echo "a`b "c"`d"
python -c "$(cat script.py)"
ssh host "$(cat remote.sh)"
docker run --rm -v "$(pwd)":/w -w /w img make
export X=$(compute)
local y=$(other) z
readonly w="$(third)"
return $(( $? ))
