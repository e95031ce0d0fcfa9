package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.IpmiResponse;

/**
 * Reads a value from an answer, on the engine's thread.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface AnswerReader<T> {
    /**
     * Reads an answer.
     *
     * @throws BmcException when it is a refusal, or not understood
     */
    T read(IpmiResponse response);
}
