#!/usr/bin/env bash
# Makes the README's pictures of the board from a real terminal: reports/sample/board-*.svg. Needs tmux and a built program.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
socket=flashline-picture-$$
export LC_ALL=C.UTF-8 COLORTERM=truecolor
unset NO_COLOR FORCE_COLOR CI
t() { tmux -L "$socket" -f /dev/null "$@"; }
trap 't kill-server 2>/dev/null; rm -rf "$work"' EXIT
# shellcheck source=screen.sh
source "$here/screen.sh"
cd "$work" || exit 1
export PATH=$root/node_modules/.bin:$PATH

# picture NAME COLUMNSxROWS PATTERN PATTERN KEYS TITLE ARGS...: shows the demo until both patterns are there, presses keys,
# takes the screen.
picture() {
  local name=$1 size=$2 keys=$5 title=$6 patterns=("$3" "$4")
  shift 6
  t new-session -d -s "$name" -x "${size%x*}" -y "${size#*x}" "$root/bin/flashline demo $*"
  t set-option -g default-terminal tmux-256color
  t set-option -ga terminal-overrides ',*:Tc'
  waits_for_both "$name" "${patterns[@]}" 120 || return 1
  if [ -n "$keys" ]; then
    t send-keys -t "$name" "$keys"
    sleep 0.6
  fi
  t capture-pane -e -p -t "$name" >"$work/$name.ansi"
  t kill-session -t "$name"
  node "$here/ansi-to-svg.ts" "$work/$name.ansi" "$root/reports/sample/board-$name.svg" "${size%x*}" "$title"
}

mkdir -p "$root/reports/sample"
listed='(HOLD|REWORK|SCRAP).* (in|lifted)'
picture fixtures 120x40 '✔ PASS  P' "$listed" '' 'The board with eight fixtures in the middle of a batch' --pace 4 --seed 1
picture small 80x24 '✔ PASS  P' "$listed" '' 'The same board on the smallest terminal' --pace 4 --seed 2
picture chinese 120x40 '✔ 合格  ' '(扣留|返工|重测).* 号工位' '' 'The board in Chinese' --pace 4 --seed 1 --language zh
picture batch 120x40 '[2-9][0-9] done' "$listed" b 'The batch page' --pace 8 --seed 1
