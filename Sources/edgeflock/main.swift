print("edgeflock")
