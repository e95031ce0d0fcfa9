package org.novametal.bmc;

import java.util.List;

/** Adds how calls ended to a list: "ok", or the reason. */
public record NotedAnswers(List<String> ends) implements BmcAnswers {
    @Override
    public void answered() {
        ends.add("ok");
    }

    @Override
    public void failed(BmcException.Reason reason) {
        ends.add(reason.name());
    }
}
