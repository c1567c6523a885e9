"""The table of registered VMs that ``vim-cmd vmsvc/getallvms`` prints."""
