package org.novametal.bmc.ipmi.codec;

import org.novametal.bmc.ChassisPower;

/**
 * The answer to Get Chassis Status.
 *
 * <pre>
 *   0                     1                2                3 (optional)
 *  +---------------------+----------------+----------------+--------------+
 *  | current power       | last power     | miscellaneous  | front panel  |
 *  | bit 0: on           | event          |                | buttons      |
 *  +---------------------+----------------+----------------+--------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §28.2, table 28-3.
 *
 * @param currentPower byte 0
 * @param lastEvent byte 1
 * @param miscellaneous byte 2
 */
public record ChassisStatus(int currentPower, int lastEvent, int miscellaneous) {
    /**
     * The status of a machine that reports nothing but its power.
     *
     * @param power {@code ON} or {@code OFF}: IPMI has no state between them
     */
    public static ChassisStatus of(ChassisPower power) {
        return new ChassisStatus(
                switch (power) {
                    case ON -> 0x01;
                    case OFF -> 0x00;
                    case CHANGING -> throw new IllegalArgumentException("IPMI has no state between on and off");
                },
                0,
                0);
    }

    /** Whether the machine is on. */
    public ChassisPower power() {
        return (currentPower & 0x01) == 0 ? ChassisPower.OFF : ChassisPower.ON;
    }

    /**
     * Reads the response's data.
     *
     * @throws MalformedMessageException when it is empty; other missing bytes are read as 0
     */
    public static ChassisStatus decode(Bytes data) {
        ByteReader reader = new ByteReader("chassis status", data);
        return new ChassisStatus(reader.unsigned8(), reader.unsigned8OrZero(), reader.unsigned8OrZero());
    }

    /** The response's data. */
    public Bytes encode() {
        return Bytes.of(currentPower, lastEvent, miscellaneous);
    }
}
