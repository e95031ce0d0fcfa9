package org.novametal.driver.model;

/** Whether a machine is switched on at the end of a spawn: Nova's {@code power_on} argument. */
public enum PowerAfterSpawn {
    /** The machine is on at the end. */
    ON,
    /** The machine is off at the end. */
    OFF
}
