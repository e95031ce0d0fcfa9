package org.novametal.driver.capability;

/** Something that only some drivers can do; see {@link org.novametal.driver.ComputeDriver#capability}. */
public sealed interface DriverCapability
        permits ConsoleAccess,
                CrashDump,
                ImageCaching,
                InstanceDiagnostics,
                InstanceRescue,
                InstanceSnapshot,
                InterfaceAttachment,
                InventoryReshape,
                NetworkBinding,
                NetworkPreparation,
                PowerUpdateEvents,
                VolumeConnection {}
