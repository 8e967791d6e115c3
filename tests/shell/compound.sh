#!/bin/bash
# Compound commands.
if true; then echo yes; fi
if [ -d .git ]; then
  git pull
elif [[ -d .hg && ! -L .hg ]]; then
  hg pull
else
  echo "no checkout"
fi
if ! command -v uv >/dev/null 2>&1; then
  curl -LsSf https://example.org/install.sh | sh
fi
if grep -q pattern file && ! grep -q other file; then rm file; fi
for f in *.txt "with space" $(ls); do
  cat "$f"
done
for i in 1 2 3; do echo $i; done | sort
for arg
do
  echo "$arg"
done
for (( i = 0; i < 10; i++ )); do
  echo "$i"
done
while read -r line; do
  echo "$line"
done < input.txt
while true; do sleep 1; done &
until ping -c1 host; do sleep 2; done
while IFS=, read -r a b; do
  process "$a" "$b"
done < <(sort data.csv)
select choice in one two; do
  echo "$choice"
  break
done
case "$1" in
  start) start_service ;;
  stop|halt)
    stop_service
    ;;
  re*start) stop_service; start_service ;;
  -h | --help)
    usage
    exit 0
    ;;
  "quoted one") echo quoted ;;
  [0-9]*) echo number ;;
  *)
    echo "unknown: $1" >&2
    exit 2
esac
case $x in (a) one;; (b|c) two;; esac
case "$OSTYPE" in linux*) echo linux ;; darwin*) echo mac ;; esac
hello() {
  local greeting=${1:-hello}
  echo "$greeting, world"
}
function goodbye {
  echo bye
}
function both() { echo both; }
subshell() (
  cd /tmp
  ls
)
hello "there"; goodbye
{ echo one; echo two; } > out.txt
( cd sub && make )
(( count++ ))
(( x = y * 2, z = 3 ))
[[ $a == b* ]] && echo match
[[ $a =~ ^[0-9]+$ ]] || echo nomatch
[[ -f $f || -d $d ]]
if [[ $a < $b ]]; then echo less; fi
time make
time -p ls
! false
! grep -q x y
if (( x > 3 )); then echo big; fi
while (( n-- > 0 )); do echo $n; done
for d in a b; do (cd $d; for e in x y; do echo $e; done); done
if a; then if b; then c; else d; fi; fi
f() { if a; then return 1; fi; while b; do case $c in d) e;; esac; done; }
f && { g || h; }
outer() {
  inner() { echo inner; }
  inner
}
