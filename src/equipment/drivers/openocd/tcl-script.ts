// The Tcl that OpenOCD is given: stages that announce themselves, facts that are echoed, and an end in every case.

/** Name under which the script lies in the working folder. */
export const OPENOCD_SCRIPT_NAME = 'rework.tcl';

/**
 * Lines that begin with `@@` are ours. A stage that fails ends everything with exit code 1; `@@ finished` comes only
 * after the last. No name may be one of OpenOCD's own commands: those replace procedures of the same name.
 */
export const openocdScript = `
proc fl_stage {name body} {
  echo "@@ begin $name"
  if {[catch {fl_heed_station; uplevel 1 $body} said]} {
    if {$said ne ""} { echo $said }
    echo "@@ fail $name"
    fl_leave
    shutdown error
    return -code error "stage $name failed"
  }
  echo "@@ done $name"
}

# A station that is gone can judge nothing any more: what is begun is left as it is.
proc fl_heed_station {} {
  global fl_station
  if {[info exists fl_station] && ![file exists /proc/$fl_station/exe]} { error "the station is gone" }
}

proc fl_fact {name value} { echo "@@ fact $name $value" }

# A reset ends an operation that the flash controller never ends by itself.
proc fl_leave {} {
  global fl_is_connected fl_protect_after
  if {![info exists fl_is_connected]} { return }
  if {[info exists fl_protect_after]} {
    catch { reset halt }
    catch { fl_protect $fl_protect_after }
  }
  catch { reset run }
}

proc fl_finish {} {
  fl_stage restart { reset run }
  echo "@@ finished"
  shutdown
}

proc fl_word {address} { return [lindex [read_memory $address 32 1] 0] }

proc fl_connect {} {
  global fl_is_connected
  fl_stage connect { init }
  set fl_is_connected yes
  fl_stage halt { reset halt }
  fl_stage identify {
    fl_fact device [fl_word 0xE0042000]
    fl_fact size [lindex [read_memory 0x1FFF7A22 16 1] 0]
    fl_fact uid "[fl_word 0x1FFF7A10] [fl_word 0x1FFF7A14] [fl_word 0x1FFF7A18]"
    fl_fact optcr [fl_word 0x40023C14]
    fl_fact sr [fl_word 0x40023C0C]
  }
}

# Ranges are pairs of first and last sector with on or off.
proc fl_protect {ranges} {
  foreach {first last state} $ranges { flash protect 0 $first $last $state }
}

proc fl_look {} {
  fl_connect
  fl_finish
}

# What a command prints, also where it fails: an examination goes on without it.
proc fl_tell {command} {
  catch { capture $command } said
  echo $said
}

proc fl_examine {} {
  fl_connect
  if {[catch {fl_word 0x08000000}]} { fl_fact readable no } else { fl_fact readable yes }
  fl_tell { flash info 0 }
  fl_tell { flash erase_check 0 }
  fl_finish
}

# Sectors to erase are pairs of first and last; chunks pairs of file and offset, pieces of file and address, to be compared;
# ranges as above, before the erase and after the comparison.
proc fl_write {sectors chunks pieces before after} {
  global fl_protect_after
  fl_connect
  if {[llength $before] > 0} { fl_stage unprotect { fl_protect $before } }
  if {[llength $after] > 0} { set fl_protect_after $after }
  fl_fact optcr-open [fl_word 0x40023C14]
  fl_stage erase { foreach {first last} $sectors { echo [flash erase_sector 0 $first $last] } }
  foreach {file offset} $chunks {
    fl_stage "write $offset" { echo [flash write_bank 0 $file $offset] }
  }
  fl_stage verify { foreach {file address} $pieces { echo [verify_image $file $address bin] } }
  unset -nocomplain fl_protect_after
  if {[llength $after] > 0} { fl_stage protect { fl_protect $after } }
  fl_fact optcr-after [fl_word 0x40023C14]
  fl_finish
}

proc fl_dump {file address size} {
  fl_connect
  fl_stage dump { echo [dump_image $file $address $size] }
  fl_finish
}

proc fl_set_readout {deed} {
  fl_connect
  fl_stage $deed { echo [stm32f2x $deed 0] }
  fl_fact optcr-after [fl_word 0x40023C14]
  fl_finish
}
`;
