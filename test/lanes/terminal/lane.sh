#!/usr/bin/env bash
# not in the gate yet: not yet run in a clean clone
# The board in a real terminal: keys, scans at three speeds, resize, Ctrl-C once and twice, kill -9, a second terminal.
# packages: tmux
# limit: 280 s
set -u
if ! command -v tmux >/dev/null; then
  echo 'skipped (no tmux on this machine)'
  exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
socket=flashline-lane-$$
passed=0 failed=0
export LC_ALL=C.UTF-8
unset NO_COLOR FORCE_COLOR
t() { tmux -L "$socket" -f /dev/null "$@"; }
trap 't kill-server 2>/dev/null; rm -rf "$work"' EXIT
# shellcheck source=screen.sh
source "$here/screen.sh"
cd "$work" || exit 1

# station NAME COLUMNSxROWS COMMAND: runs it in a shell of a new tmux session, which tells the exit code and its settings.
station() {
  local name=$1 size=$2
  shift 2
  rm -f stty.before stty.after
  t new-session -d -s "$name" -x "${size%x*}" -y "${size#*x}" 'bash --norc --noprofile'
  t send-keys -t "$name" "PS1='ready> '; stty -g >stty.before; clear" Enter
  waits "$name" '^ready> *$' 10 || true
  t send-keys -t "$name" "$*; echo \"ended with \$?\"; stty -g >stty.after" Enter
}
flashline="node $root/bin/flashline.js"

# 1. the board appears, is laid out anew, and obeys keys
station keys 120x40 "CI=true $flashline demo --pace 3 --bell"
check 'the board appears, also where CI is set' waits keys 'FLASHLINE .*Batch demo-1' 20
check 'a unit runs' waits keys 'RUNNING' 20
t resize-window -t keys -x 80 -y 24
check 'the board is laid out anew for 80x24' waits keys 'FPY .*units/h' 10
check 'nothing is wider or higher than the screen' fits keys 80 24
t resize-window -t keys -x 200 -y 70
check 'the board is laid out anew for 200x70' waits keys '^.{100,}' 10
t send-keys -t keys '?'
check '? shows the help' waits keys 'a scan is never taken for a key' 5
t send-keys -t keys Escape
check 'Esc leads back' waits keys 'Units to put away' 5
t send-keys -t keys b
check 'b shows the batch' waits keys 'Units that need no further test' 5
t send-keys -t keys Escape
waits keys 'Ctrl-C end' 5 || true
t send-keys -t keys 3
check 'a number chooses a fixture' waits keys '▸' 5
t send-keys -t keys Enter
check 'Enter shows its details' waits keys '^ Fixture 3 ' 5
t send-keys -t keys Escape
waits keys 'Units to put away' 5 || true
t send-keys -t keys o
waits keys 'Operator \(empty' 5 || true
type_slowly keys Anna 0.12
waits keys 'Anna_' 5 || true
t send-keys -t keys Enter
check 'a name typed by hand logs in' waits keys 'Operator: Anna' 10

# 2. a second terminal
t new-session -d -s watch -x 120 -y 40 "$flashline watch --record $work/.flashline/demo"
check 'a second terminal shows the same board' waits watch 'watching only' 15
check 'with the operator of the first' waits watch 'Operator: Anna' 15
t kill-session -t watch
check 'whose end harms nothing' waits keys 'RUNNING|SCAN LABEL|WAIT' 10

# 3. Ctrl-C once: running units finish
t send-keys -t keys C-c
check 'Ctrl-C once ends after the running units, with 130' waits keys 'ended with 130' 90
check 'and leaves the terminal as it was' sane

# 4. scans at three speeds, and none is taken for a key
station scans 120x40 "$flashline demo --pace 1"
waits scans 'RUNNING|SCAN LABEL' 20 || true
t send-keys -t scans -l 'q1?ycb'
t send-keys -t scans Enter
check 'a scan in one burst is a scan' waits scans 'Scan "q1\?ycb" not taken' 10
type_slowly scans 'c2?y' 0.01
t send-keys -t scans Enter
check 'a scan letter by letter is a scan' waits scans 'Scan "c2\?y" not taken' 10
type_slowly scans 'b3?yo' 0.03
t send-keys -t scans Tab
check 'a slow scan that ends with Tab is a scan' waits scans 'Scan "b3\?yo" not taken' 10
check 'and the board is still there' shows scans 'Units to put away'
t set-buffer -b code 'XYZ4?c'
t paste-buffer -p -b code -t scans
check 'pasted text is a scan' waits scans 'Scan "XYZ4\?c" not taken' 10
t send-keys -t scans -l 'FLASHLINE/virtual-8/STOP/2'
t send-keys -t scans Enter
check 'a card stops a fixture and ends its run' waits scans 'A run that was cut off' 30
t send-keys -t scans 2
waits scans '▸' 5 || true
t send-keys -t scans c
check 'c asks before it confirms' waits scans 'Is P[0-9]+ put away' 5
t send-keys -t scans Enter
check 'Enter confirms, and the stopped fixture says so' waits scans 'STOPPED' 15

# 5. Ctrl-C twice: aborted now
t send-keys -t scans C-c
t send-keys -t scans C-c
check 'Ctrl-C twice stops now, with 130' waits scans 'ended with 130' 30
check 'and leaves the terminal as it was' sane

# 6. kill -9: the terminal can be used again
station killed 120x40 "$flashline demo --pace 3"
waits killed 'RUNNING|SCAN LABEL' 20 || true
node_pid=$(pgrep -P "$(t list-panes -t killed -F '#{pane_pid}')" -f 'flashline.js demo' | head -n 1)
kill -9 "$node_pid"
check 'kill -9 tells the shell' waits killed 'ended with 137' 15
t send-keys -t killed 'reset' Enter
check 'and the terminal takes commands again' answers killed

# 7. not a terminal, and a terminal that can do little
timeout 60 $flashline demo --pace 60 --plain </dev/null >plain.txt 2>&1
check 'plain lines where there is no terminal' grep -q 'Put it in the GREEN bin' plain.txt
check 'and no control character in them' no_control plain.txt
station poor 80x24 "TERM=linux $flashline demo --pace 3"
check 'the bare console is served in ASCII' waits poor 'Units to put away' 20
check 'and in nothing else' is_ascii poor
t send-keys -t poor C-c
t send-keys -t poor C-c
check 'and ended' waits poor 'ended with 130' 30

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
