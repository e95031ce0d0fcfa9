package org.novametal.driver.model;

/** Whether a machine is switched on at the end of a spawn: Nova's {@code power_on} argument. */
public enum PowerAfterSpawn {
    /** It ends switched on. */
    ON,
    /** It ends switched off. */
    OFF
}
