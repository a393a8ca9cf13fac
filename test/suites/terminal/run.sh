#!/usr/bin/env bash
# The board in a real terminal: keys, scans at three speeds, questions, resize, Ctrl-C once and twice, kill -9, a second
# terminal, Chinese, no colours, a screen reader, the bare console.
# packages: tmux
# limit: 300 s
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
unset NO_COLOR FORCE_COLOR COLORTERM
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
  waits "$name" '^ready> *$' 20 || true
  t send-keys -t "$name" "$*; echo \"ended with \$?\"; stty -g >stty.after" Enter
}
flashline=$root/bin/flashline

# 1. the board appears, is laid out anew, and obeys keys
station keys 120x40 "CI=true $flashline demo --pace 3 --bell"
check 'the board appears, also where CI is set' waits keys 'FLASHLINE .*Batch demo-1' 30
check 'a unit runs' waits keys 'RUNNING' 30
t resize-window -t keys -x 80 -y 24
check 'the board is laid out anew for 80x24' waits keys 'FPY .*units/h' 30
check 'nothing is wider or higher than the screen' fits keys 80 24
t resize-window -t keys -x 200 -y 70
check 'the board is laid out anew for 200x70' waits keys '^.{100,}' 30
t send-keys -t keys '?'
check '? shows the help' waits keys 'a scan is never taken for a key' 15
t send-keys -t keys Escape
check 'Esc leads back' waits keys 'Units to put away' 15
t send-keys -t keys b
check 'b shows the batch' waits keys 'Units that need no further test' 15
t send-keys -t keys Escape
waits keys 'Ctrl-C end' 15 || true
t send-keys -t keys 3
check 'a number chooses a fixture' waits keys '▸' 15
t send-keys -t keys Enter
check 'Enter shows its details' waits keys '^ Fixture 3 ' 15
t send-keys -t keys Escape
waits keys 'Units to put away' 15 || true
t send-keys -t keys o
waits keys 'Operator \(empty' 15 || true
type_slowly keys Anna 0.12
waits keys 'Anna_' 15 || true
t send-keys -t keys Enter
check 'a name typed by hand logs in' waits keys 'Operator: Anna' 30

# 2. a second terminal
t new-session -d -s watch -x 120 -y 40 "exec $flashline watch --record $work/.flashline/demo"
check 'a second terminal shows the same board' waits watch 'watching only' 30
check 'with the operator of the first' waits watch 'Operator: Anna' 30
t send-keys -t watch c
kill -9 "$(t list-panes -t watch -F '#{pane_pid}')"
check 'whose death harms nothing' waits keys 'RUNNING|SCAN LABEL|WAIT' 30

timeout 60 "$flashline" demo --plain </dev/null >second.txt 2>&1
check 'a second station on the same record is refused' grep -q 'record/in-use' second.txt
check 'and the first goes on' waits keys 'RUNNING|SCAN LABEL|WAIT' 20

# 3. Ctrl-C once: running units finish
t send-keys -t keys C-c
check 'Ctrl-C once ends after the running units, with 130' waits keys 'ended with 130' 90
check 'and leaves the terminal as it was' sane

# 4. scans at three speeds, and none is taken for a key
station scans 120x40 "$flashline demo --pace 1"
waits scans 'RUNNING|SCAN LABEL' 20 || true
t send-keys -t scans -l 'q1?ycb'
t send-keys -t scans Enter
check 'a scan in one burst is a scan' waits scans 'Scan "q1\?ycb" not taken' 30
type_slowly scans 'c2?y' 0.01
t send-keys -t scans Enter
check 'a scan letter by letter is a scan' waits scans 'Scan "c2\?y" not taken' 30
type_slowly scans 'b3?yo' 0.03
t send-keys -t scans Tab
check 'a slow scan that ends with Tab is a scan' waits scans 'Scan "b3\?yo" not taken' 30
check 'and the board is still there' shows scans 'Units to put away'
t set-buffer -b code 'XYZ4?c'
t paste-buffer -p -b code -t scans
check 'pasted text is a scan' waits scans 'Scan "XYZ4\?c" not taken' 30
waits scans '^.{40}.{1,10}▶ RUNNING' 60 || true # the second tile of the first row: its run has begun
t send-keys -t scans -l 'FLASHLINE/virtual-8/STOP/2'
t send-keys -t scans Enter
check 'a card stops a fixture and ends its run' waits scans 'A run that was cut off' 30
t send-keys -t scans 2
waits scans '▸' 15 || true
t send-keys -t scans c
check 'c asks before it confirms' waits scans 'Is P[0-9]+ put away' 15
t send-keys -t scans Enter
check 'Enter confirms, and the stopped fixture says so' waits scans 'STOPPED' 15

# 5. Ctrl-C twice: aborted now
t send-keys -t scans C-c
t send-keys -t scans C-c
check 'Ctrl-C twice stops now, with 130' waits scans 'ended with 130' 60
check 'and leaves the terminal as it was' sane

# 6. questions: a line of 16 fixtures with a step that asks
{
  printf 'flashline: 1\nstation: line-16\nbench: virtual\nfixtures:\n'
  for ((at = 0; at < 16; at += 1)); do printf '  - { number: %d, port: 1-%d.%d }\n' $((at + 1)) $((at / 4 + 1)) $((at % 4 + 1)); done
  printf 'people:\n  - { name: Tina, role: technician }\n'
} >line-16.yaml
sed 's/^recipe: .*/recipe: photon-asking/; s/^teardown:/  - operator-prompt: { text: "Does the LED breathe cyan?", choices: [it does, no] }\n\nteardown:/' \
  "$root/recipes/photon-line.yaml" >asking.yaml
station asks 120x40 "$flashline run --station line-16.yaml --recipe asking.yaml --batch B1 --units 60 --pace 3"
check 'a fixture that asks says so' waits asks '\? QUESTION' 40
t send-keys -t asks a
check 'a shows the question that waits longest' waits asks '^  QUESTION .*\[1\] it does  \[2\] no' 30
t send-keys -t asks 2
check 'a number that fails the unit asks for Enter first' waits asks 'Enter: record no · Esc: back' 30
t send-keys -t asks Escape
waits asks 'Esc back' 20 || true
t send-keys -t asks 1
waits asks 'RUNNING|done  pass 1 ' 20 || true
t send-keys -t asks Escape
check 'a number that passes it answers at once' waits asks 'done  pass 1 ' 30
check 'and the next unit runs there, while others still ask' waits_for_both asks '▶ RUNNING' '\? QUESTION' 20
t send-keys -t asks -l 'FLASHLINE/line-16/ANSWER/it does'
t send-keys -t asks Enter
check 'a card answers the next' waits asks 'done  pass 2 ' 30
t send-keys -t asks -l 'FLASHLINE/line-16/OPERATOR/Tina'
t send-keys -t asks Enter
check 'a card logs in' waits asks 'Operator: Tina' 30
t resize-window -t asks -x 80 -y 24
check '16 fixtures fit 80x24, the chosen one told in full' waits asks 'Fixture [0-9]+  . (QUESTION|RUNNING|EMPTY|WAIT)' 30
check 'and nothing is wider or higher than the screen' fits asks 80 24
t kill-session -t asks

# 7. the board's own process: killed, stopped, a foreign line, Ctrl-C while none is up
station own 120x40 "$flashline demo --pace 3"
waits own 'RUNNING|SCAN LABEL' 40 || true
board_of() { pgrep -P "$(pgrep -P "$(t list-panes -t "$1" -F '#{pane_pid}')" -f 'flashline.js demo' | head -n 1)" -f board-main.js; }
# another_board SESSION PID SECONDS: until a board runs there that is not this process; its id is in $board.
another_board() {
  local until=$((SECONDS + $3))
  until board=$(board_of "$1") && [ "$board" != "$2" ]; do
    [ "$SECONDS" -ge "$until" ] && return 1
    sleep 0.1
  done
}
check 'the board is a process of its own' another_board own none 20
kill -9 "$board"
check 'a board that is killed comes again, as another process' another_board own "$board" 20
check 'with all that happened' waits own 'RUNNING|SCAN LABEL' 30
kill -STOP "$board"
sleep 3
kill -CONT "$board"
check 'a board that was stopped goes on' waits own 'RUNNING|SCAN LABEL' 20
printf '\r\n\nA FOREIGN LINE' >"$(t list-panes -t own -F '#{pane_tty}')"
check 'a foreign line is drawn over' lacks own 'A FOREIGN LINE' 20
t send-keys -t own C-z
check 'Ctrl-Z stops nothing' waits own 'RUNNING|SCAN LABEL|EMPTY' 10
kill -9 "$board"
t send-keys -t own C-c
check 'Ctrl-C while no board is up ends the station' waits own 'ended with 130' 90
check 'and leaves the terminal as it was' sane

# 8. a terminal that hangs: whoever reads it is stopped
station hung 120x40 "$flashline demo --pace 3"
waits hung 'RUNNING|SCAN LABEL' 40 || true
server=$(t display-message -p '#{pid}')
kill -STOP "$server"
sleep 4
before=$(grep -c step-finished .flashline/demo/events.ndjson)
sleep 6
after=$(grep -c step-finished .flashline/demo/events.ndjson)
kill -CONT "$server"
check 'a terminal that hangs delays no unit' test "$after" -gt "$before"
check 'and is drawn again when it is read again' waits hung 'RUNNING|SCAN LABEL' 30
t send-keys -t hung C-c
sleep 1
t send-keys -t hung C-c
check 'and is left in order' waits hung 'ended with 130' 60

# 9. kill -9: the terminal can be used again
station killed 120x40 "$flashline demo --pace 3"
waits killed 'RUNNING|SCAN LABEL' 30 || true
kill -9 "$(pgrep -P "$(t list-panes -t killed -F '#{pane_pid}')" -f 'flashline.js demo' | head -n 1)"
check 'kill -9 of the station takes the board off and says so' waits killed 'The station ended without a word' 15
t send-keys -t killed 'reset' Enter
check 'and the terminal takes commands again' answers killed

# 8. other eyes, other terminals, and none
mkdir plain chinese colourless spoken # a demonstration has its folder to itself
(cd plain && exec timeout 120 "$flashline" demo --pace 60 --plain </dev/null >../plain.txt 2>&1) &
plain=$!
t new-session -d -s chinese -c "$work/chinese" -x 120 -y 40 "LC_ALL=zh_CN.UTF-8 $flashline demo --pace 3"
t new-session -d -s colourless -c "$work/colourless" -x 120 -y 40 "NO_COLOR=1 $flashline demo --pace 3"
check 'Chinese is one setting of the locale' waits chinese '运行中' 40
check 'and its lines end at the edge' shows chinese '操作员: 无$'
t kill-session -t chinese
check 'without colours a result fills its tile with a pattern' waits colourless '(PASS|RETEST).*[░▓]{6}' 60
check 'and nothing is coloured' is_colourless colourless
t kill-session -t colourless
t new-session -d -s spoken -c "$work/spoken" -x 120 -y 40 "$flashline demo --pace 3 --screen-reader"
check 'a screen reader is told sentences' waits spoken 'Fixture 8: [A-Z]+.*\.' 40
t kill-session -t spoken
station poor 80x24 "TERM=linux $flashline demo --pace 3"
check 'the bare console is served in ASCII' waits poor 'Units to put away' 40
check 'and in nothing else' is_ascii poor
t send-keys -t poor C-c
t send-keys -t poor C-c
check 'and ended' waits poor 'ended with 130' 60
wait "$plain"
check 'plain lines where there is no terminal' grep -q 'Put it in the BLUE bin' plain.txt
check 'and no control character in them' no_control plain.txt

# 10. the serial driver on a terminal device: its direct reading, and the package's own, which it falls back on
for way in direct library; do
  t new-session -d -s "serial-$way" -x 80 -y 24 'sleep 60'
  device=$(t display-message -p -t "serial-$way" '#{pane_tty}')
  "$root/node_modules/.bin/node" "$root/test/suites/terminal/read-serial.ts" "$device" "$way" >"serial-$way.txt" 2>&1 &
  reader=$!
  for _ in $(seq 50); do
    kill -0 "$reader" 2>/dev/null || break
    t send-keys -t "serial-$way" 'hello ' 'over'
    sleep 0.2
  done
  wait "$reader"
  check "the serial driver reads a terminal device, $way" grep -q "^$way: .*hello over" "serial-$way.txt"
  t kill-session -t "serial-$way"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
