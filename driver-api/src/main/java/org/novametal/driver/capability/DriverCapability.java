package org.novametal.driver.capability;

/** An optional ability of a driver; see {@link org.novametal.driver.ComputeDriver#capability}. */
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
