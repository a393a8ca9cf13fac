// A DFU device by another hand than the virtual bench: C on Linux's gadgetfs, written from DFU 1.1 and shared with nothing.
//
// dfu-gadget [-p] [-r] [-d VID:PID] [-a ATTRIBUTES] [-t TRANSFER_BYTES] [-s ALTERNATE_BYTES] [-m MEMORY_FILE]
//   -p  answers in DFU mode like a Photon's bootloader of 2.3.1, which the USB contract asks; else plain DFU 1.1
//   -r  begins as the application, with its run-time interface; else in DFU mode
// It is plugged in while it runs. Numbers as C writes them. The application shows bytes 4 and 5 of its image as bcdDevice.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/gadgetfs.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/dev/gadget"
#define ALTERNATES 2
#define MAX_TRANSFER 256 // gadgetfs takes no longer data stage
#define ERASE_MS 1000
#define MANIFEST_MS 20
#define DETACH_TIMEOUT_MS 1000

enum { CAN_DOWNLOAD = 1, CAN_UPLOAD = 2, TOLERANT = 4, WILL_DETACH = 8 };
enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT, NEVER_ANSWERED = 0x7f };
enum {
  APP_IDLE, APP_DETACH, IDLE, DNLOAD_SYNC, DNBUSY, DNLOAD_IDLE, MANIFEST_SYNC, MANIFEST, WAIT_RESET, UPLOAD_IDLE, ERROR_STATE
};
enum { OK = 0, ERR_ADDRESS = 8, ERR_NOTDONE = 9, ERR_STALLEDPKT = 15 };

static int photon, runtime, ep0;
static unsigned vendor = 0x1209, product = 0x0d32, attributes = CAN_DOWNLOAD | CAN_UPLOAD | TOLERANT;
static unsigned transfer = MAX_TRANSFER, room = 65536;
static const char *file;
static uint8_t *memory;
static unsigned state, status, alternate, next_block, written, has_manifested, must_restart;
static uint8_t block[MAX_TRANSFER];
static int block_bytes = -1;

static const char *photon_names[ALTERNATES] = {
  "@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg", "@DCT Flash   /0x00000000/01*016Kg",
};
static const char *plain_names[ALTERNATES] = { "main", "spare" };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void wait_ms(unsigned ms) {
  struct timespec left = { ms / 1000, (ms % 1000) * 1000000L };
  while (nanosleep(&left, &left) && errno == EINTR) { }
}

static uint8_t *put16(uint8_t *at, unsigned value) {
  at[0] = value & 255;
  at[1] = value >> 8;
  return at + 2;
}

static int has_image(void) {
  for (int at = 0; at < 4; at++) if (memory[at] != 0xff) return 1;
  return 0;
}

// In run-time mode the product id is the next one, as vendors do it.
static void plug_in(void) {
  uint8_t text[256], *at = text;
  unsigned settings = runtime ? 1 : ALTERNATES, total = 9 + settings * 9 + 9;
  memset(at, 0, 4);
  at += 4;
  memcpy(at, (uint8_t[]){ 9, USB_DT_CONFIG, total, 0, 1, 1, 0, 0xc0, 50 }, 9);
  at += 9;
  for (unsigned one = 0; one < settings; one++, at += 9)
    memcpy(at, (uint8_t[]){ 9, USB_DT_INTERFACE, 0, one, 0, 0xfe, 1, runtime ? 1 : 2, runtime ? 0 : 4 + one }, 9);
  memcpy(at, (uint8_t[]){ 9, 0x21, attributes }, 3);
  at = put16(put16(put16(at + 3, DETACH_TIMEOUT_MS), transfer), photon ? 0x011a : 0x0110);
  memcpy(at, (uint8_t[]){ 18, USB_DT_DEVICE, 0, 2, 0, 0, 0, 64 }, 8);
  at = put16(put16(at + 8, vendor), product + (runtime ? 1 : 0));
  at = put16(at, photon ? 0x0250 : runtime ? memory[4] | memory[5] << 8 : 0x0100);
  memcpy(at, (uint8_t[]){ 1, 2, 3, 1 }, 4);
  at += 4;

  char path[512] = "";
  DIR *folder = opendir(FOLDER);
  if (!folder) fail(FOLDER);
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] != '.') snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
  closedir(folder);
  ep0 = open(path, O_RDWR);
  if (ep0 < 0 || write(ep0, text, at - text) != at - text) fail(path);
}

static void begin(int as_application) {
  runtime = as_application && has_image();
  state = runtime ? APP_IDLE : IDLE;
  status = OK;
  alternate = written = has_manifested = must_restart = 0;
  block_bytes = -1;
  plug_in();
}

static void save(void) {
  if (!file) return;
  FILE *out = fopen(file, "wb");
  if (!out || fwrite(memory, room, ALTERNATES, out) != ALTERNATES || fclose(out)) fail(file);
}

static void answer(const uint8_t *bytes, int count) {
  if (write(ep0, bytes, count) < 0 && errno != EIDRM && errno != ESRCH) perror("answer");
}

static void acknowledge(void) {
  if (read(ep0, block, 0) < 0 && errno != EIDRM && errno != ESRCH) perror("acknowledge");
}

// Against the direction of its data stage a transfer is stalled; one with data from the host has been taken already.
static void stall(const struct usb_ctrlrequest *setup) {
  if (setup->bRequestType & USB_DIR_IN) (void)!read(ep0, block, 0);
  else (void)!write(ep0, block, 0);
}

static void refuse(const struct usb_ctrlrequest *setup) {
  state = ERROR_STATE;
  status = ERR_STALLEDPKT;
  stall(setup);
}

static void answer_string(const struct usb_ctrlrequest *setup) {
  static uint8_t text[256];
  const char *known[] = {
    "", photon ? "Particle" : "Another hand", photon ? "Photon DFU Mode" : runtime ? "Application" : "DFU mode",
    "1f002b000a47343333303531", photon ? photon_names[0] : plain_names[0], photon ? photon_names[1] : plain_names[1],
  };
  unsigned index = setup->wValue & 255;
  if (index == 0) return answer((uint8_t[]){ 4, USB_DT_STRING, 0x09, 0x04 }, setup->wLength < 4 ? setup->wLength : 4);
  if (index >= sizeof known / sizeof *known) return stall(setup);
  int count = 2;
  for (const char *letter = known[index]; *letter; letter++, count += 2) put16(text + count, (uint8_t)*letter);
  text[0] = count;
  text[1] = USB_DT_STRING;
  answer(text, count < setup->wLength ? count : setup->wLength);
}

static void answer_standard(const struct usb_ctrlrequest *setup) {
  switch (setup->bRequest) {
    case USB_REQ_GET_DESCRIPTOR: return setup->wValue >> 8 == USB_DT_STRING ? answer_string(setup) : stall(setup);
    case USB_REQ_SET_CONFIGURATION: return acknowledge();
    case USB_REQ_GET_INTERFACE: return answer((uint8_t[]){ alternate }, 1);
    case USB_REQ_SET_INTERFACE:
      if (setup->wValue >= (runtime ? 1 : ALTERNATES)) return stall(setup);
      alternate = setup->wValue;
      return acknowledge();
    default: return stall(setup);
  }
}

static void answer_status(unsigned told, unsigned poll_ms) {
  answer((uint8_t[]){ status, poll_ms & 255, poll_ms >> 8 & 255, poll_ms >> 16, told, 0 }, 6);
}

// A Photon works within the answer to GETSTATUS, and refuses that answer for a command which it does not know.
static void answer_photon_status(const struct usb_ctrlrequest *setup) {
  unsigned command = block_bytes < 1 ? 0 : block[0];
  int is_pending = block_bytes >= 0;
  block_bytes = -1;
  if (!is_pending) {
    if (state == DNLOAD_SYNC) state = DNLOAD_IDLE;
    return answer_status(state, 0);
  }
  if (command != 0x00 && command != 0x21 && command != 0x41) {
    state = DNLOAD_IDLE;
    return stall(setup);
  }
  if (command == 0x41) wait_ms(ERASE_MS);
  answer_status(DNBUSY, 0);
}

// A block that lies in memory is kept; one behind its end is an error, told at the next GETSTATUS (Annex A.2.4).
static void keep_block(void) {
  if (written + block_bytes > room) {
    state = ERROR_STATE;
    status = ERR_ADDRESS;
  } else {
    memcpy(memory + alternate * room + written, block, block_bytes);
    written += block_bytes;
    state = DNLOAD_IDLE;
  }
  block_bytes = -1;
}

static void answer_plain_status(void) {
  switch (state) {
    case DNLOAD_SYNC:
      keep_block();
      return answer_status(state, 0);
    case MANIFEST_SYNC:
      if (has_manifested) {
        state = IDLE;
        return answer_status(IDLE, 0);
      }
      save();
      has_manifested = 1;
      state = attributes & TOLERANT ? MANIFEST_SYNC : WAIT_RESET;
      return answer_status(MANIFEST, MANIFEST_MS);
    default:
      return answer_status(state, 0);
  }
}

static void download(const struct usb_ctrlrequest *setup) {
  int count = setup->wLength == 0 ? 0 : read(ep0, block, sizeof block);
  if (count < 0) return;
  int is_sound = state == IDLE ? setup->wLength > 0 : state == DNLOAD_IDLE;
  if (!photon && is_sound) is_sound = setup->wValue == (state == IDLE ? 0 : next_block) && setup->wLength <= transfer;
  if (!is_sound) {
    state = ERROR_STATE;
    status = ERR_STALLEDPKT;
    if (setup->wLength == 0) stall(setup);
    return;
  }
  if (setup->wLength == 0) {
    acknowledge();
    state = MANIFEST_SYNC;
    has_manifested = 0;
    return;
  }
  if (state == IDLE) {
    written = 0;
    if (!photon) memset(memory + alternate * room, 0xff, room);
  }
  next_block = (setup->wValue + 1) & 0xffff;
  block_bytes = count;
  state = DNLOAD_SYNC;
}

static void upload(const struct usb_ctrlrequest *setup) {
  if (!(attributes & CAN_UPLOAD) || (state != IDLE && state != UPLOAD_IDLE)) return refuse(setup);
  unsigned start = setup->wValue * transfer, count = setup->wLength;
  if (start >= room) count = 0;
  else if (start + count > room) count = room - start;
  state = count < setup->wLength ? IDLE : UPLOAD_IDLE;
  answer(memory + alternate * room + start, count);
}

static void answer_dfu(const struct usb_ctrlrequest *setup) {
  if (runtime) {
    if (setup->bRequest != DETACH) return stall(setup);
    acknowledge();
    state = APP_DETACH;
    if (attributes & WILL_DETACH) must_restart = 1;
    return;
  }
  switch (setup->bRequest) {
    case DNLOAD: return download(setup);
    case UPLOAD: return upload(setup);
    case GETSTATUS: return photon ? answer_photon_status(setup) : answer_plain_status();
    case GETSTATE: return answer((uint8_t[]){ state }, 1);
    case CLRSTATUS:
    case ABORT:
      if ((state == ERROR_STATE) != (setup->bRequest == CLRSTATUS)) return refuse(setup);
      state = IDLE;
      status = OK;
      return acknowledge();
    case NEVER_ANSWERED: for (;;) pause();
    default: return refuse(setup);
  }
}

// What a bus reset means: the application goes to DFU mode if it was asked to, a new image is started (DFU 1.1 §5.1, §7).
static void take_reset(void) {
  int is_asked = runtime && state == APP_DETACH, starts = !runtime && has_manifested;
  if (!is_asked && !starts) return;
  close(ep0);
  begin(starts);
}

int main(int count, char **words) {
  int as_application = 0;
  for (int option; (option = getopt(count, words, "prd:a:t:s:m:")) != -1;) {
    if (option == 'p') photon = 1;
    else if (option == 'r') as_application = 1;
    else if (option == 'd') sscanf(optarg, "%x:%x", &vendor, &product);
    else if (option == 'a') attributes = strtoul(optarg, NULL, 0);
    else if (option == 't') transfer = strtoul(optarg, NULL, 0);
    else if (option == 's') room = strtoul(optarg, NULL, 0);
    else if (option == 'm') file = optarg;
    else return 2;
  }
  if (transfer > MAX_TRANSFER) return 2;
  // gadgetfs loses a block that is not fetched before the host's next request: this program goes before its host.
  if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ 1 })) fail("priority");
  memory = malloc(room * ALTERNATES);
  memset(memory, 0xff, room * ALTERNATES);
  FILE *old = file ? fopen(file, "rb") : NULL;
  if (old) (void)!fread(memory, room, ALTERNATES, old), fclose(old);
  begin(as_application);
  for (struct usb_gadgetfs_event event;;) {
    if (read(ep0, &event, sizeof event) != sizeof event) {
      if (errno == EINTR || errno == EIDRM) continue;
      fail("event");
    }
    if (event.type == GADGETFS_DISCONNECT) take_reset();
    if (event.type != GADGETFS_SETUP) continue;
    if ((event.u.setup.bRequestType & USB_TYPE_MASK) == USB_TYPE_CLASS) answer_dfu(&event.u.setup);
    else answer_standard(&event.u.setup);
    if (!must_restart) continue;
    wait_ms(MANIFEST_MS);
    close(ep0);
    begin(0);
  }
}
