/^\.encoding\|^config\.\|^virtualHW\.version\|^displayName\|^guestOS\|^memSize/d
/^extendedConfigFile\|^uuid\.\|^vc\.uuid\|^tools\.\|^toolScripts\.\|^powerType\./d
/^sched\.cpu\|^sched\.mem\|^svga\.\|^floppy\|^cleanShutdown\|^migrate\.hostlog/d
/^scsi[0-9:]*\.\(present\|fileName\|deviceType\|virtualDev\)/d
/^ethernet[0-9]*\.\(present\|networkName\|virtualDev\|addressType\|generatedAddress\) /d
s/^\([^ =]*\) *= *"\(.*\)"$/      (vim.option.OptionValue) {\n         dynamicType = <unset>, \n         key = "\1", \n         value = "\2", \n      }, /p
