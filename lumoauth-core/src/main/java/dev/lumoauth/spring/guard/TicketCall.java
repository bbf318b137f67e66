/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs with a ticket: a fact in the context of the call.
 *
 * @param ticket the ticket
 * @param invocation identifies the call at each guard around it, or {@code null}
 * @param outer the call with a ticket around this one, or {@code null}
 */
record TicketCall(Ticket ticket, @Nullable Object invocation, @Nullable TicketCall outer) {

	private static final CallContext.Key<TicketCall> KEY = new CallContext.Key<>("ticket");

	static @Nullable TicketCall here() {
		return CallContext.current().get(KEY);
	}

	/**
	 * Return a context in which a call runs with a ticket.
	 */
	static CallContext in(CallContext context, Ticket ticket, GuardedCall call) {
		return context.with(KEY, new TicketCall(ticket, call.invocation(), context.get(KEY)));
	}

}
