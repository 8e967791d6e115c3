#!/usr/bin/env bash
# Simple commands, words and quotes.
set -euo pipefail
IFS=$'\n\t'
ls
ls -la /srv
pip install --upgrade pip setuptools wheel
python3.12 -m venv .venv
.venv/bin/pip install -r requirements.txt
/usr/bin/python3 -c 'print("a; b && c")'
./scripts/deploy.sh --env "staging" --dry-run
echo "one 'two' three"
echo 'one "two" three'
echo "escaped \" quote" and\ blank
echo "it's" fine
printf '%s\n' "$HOME" "${USER}" "$(whoami)"
printf "%d items\n" "$#"
echo "$@" "$*" "$?" "$$" "$!" "$-"
echo $'tab\there' $'it\'s'
echo a\
b
git commit \
  --message "long message" \
  --author "A <a@example.org>"
A=1
A=1 B=2 make all
PATH="$HOME/bin:$PATH" LD_LIBRARY_PATH= ./run
export PYTHONPATH="$PWD/src"
export A B C=3
readonly VERSION=1.2.3
local -r name="$1"
declare -A table
declare -a list=(one two three)
typeset -i counter=0
unset A B
list+=("four five")
table[key]="value"
list[${#list[@]}]="last"
echo ${list[0]} "${list[@]}" "${#list[@]}"
echo ${name:-default} ${name:+other} ${name#prefix} ${name%%.*} ${name//a/b}
echo "${name:-"nested default"}"
echo {a,b,c}.txt {1..10}
echo ~/file ~user/file
ls *.py src/**/*.rs [abc]?.txt
true && false || echo never
sleep 10 & wait $!
make -j"$(nproc)" test
cd /tmp; pwd; cd - > /dev/null

a=b c=d

x=$((1 + 2 * 3))
y=$(( x > 3 ? 1 : 0 ))

let z=x+y

echo $((x << 2)) "$((y | 1))"
test -f setup.py && python setup.py sdist
[ -f Makefile ] && make
[ "$a" = "$b" ] || exit 1
[ -n "$x" -a -z "$y" ]
: "${REQUIRED:?must be set}"
. ./env.sh
source venv/bin/activate
true # a comment
# pip install commented
echo not#comment "#neither" '#nor'
echo end; # trailing
alias ll='ls -l' gs="git status"
unalias ll
eval "$(ssh-agent -s)"
exec "$@"
trap 'rm -rf "$tmp"' EXIT INT
kill -9 "$pid" 2>/dev/null
