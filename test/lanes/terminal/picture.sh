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

# picture NAME COLUMNSxROWS PATTERN KEYS TITLE ARGS...: shows the demo until the pattern is there, presses keys, takes the screen.
picture() {
  local name=$1 size=$2 pattern=$3 keys=$4 title=$5
  shift 5
  t new-session -d -s "$name" -x "${size%x*}" -y "${size#*x}" "node $root/bin/flashline.js demo $*"
  t set-option -g default-terminal tmux-256color
  t set-option -ga terminal-overrides ',*:Tc'
  waits "$name" "$pattern" 120 || return 1
  if [ -n "$keys" ]; then
    t send-keys -t "$name" "$keys"
    sleep 0.6
  fi
  t capture-pane -e -p -t "$name" >"$work/$name.ansi"
  t kill-session -t "$name"
  node "$here/ansi-to-svg.ts" "$work/$name.ansi" "$root/reports/sample/board-$name.svg" "${size%x*}" "$title"
}

mkdir -p "$root/reports/sample"
picture fixtures 120x40 '(HOLD|REWORK) .*(in|lifted).*' '' 'The board with eight fixtures in the middle of a batch' --pace 6 --seed 1
picture small 80x24 'HOLD.*(in|lifted)' '' 'The same board on the smallest terminal' --pace 6 --seed 2
picture chinese 120x40 '扣留 [1-9]' '' 'The board in Chinese' --pace 6 --seed 1 --language zh
picture batch 120x40 'REWORK.*(in|lifted)' b 'The batch page' --pace 6 --seed 1
