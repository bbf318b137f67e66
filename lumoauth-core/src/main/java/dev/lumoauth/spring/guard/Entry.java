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

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * How a call runs that all gates let pass.
 *
 * @param user the user for whom it runs; {@code null} = for whoever is there
 * @param tickets the tickets with which it runs, usually none
 * @param kept the result of a call that has run before, or {@code null}
 * @param cured whether the agent lacks a capability, and a later gate lets the call pass
 * in spite of that
 */
record Entry(@Nullable UserToken user, List<Ticket> tickets, @Nullable String kept, boolean cured) {

	static final Entry FREE = new Entry(null, List.of(), null, false);

	/**
	 * Add the answer of a further gate. The call waits for no answer any more.
	 */
	Entry with(Admission admission) {
		if (admission instanceof Admission.Free free) {
			return (free.user() != null) ? new Entry(free.user(), this.tickets, this.kept, this.cured) : this;
		}
		if (admission instanceof Admission.Once once) {
			List<Ticket> tickets = new ArrayList<>(this.tickets);
			tickets.add(once.ticket());
			return new Entry(this.user, List.copyOf(tickets), this.kept, this.cured);
		}
		if (admission instanceof Admission.Kept has) {
			return new Entry(this.user, this.tickets, has.result(), this.cured);
		}
		throw new IllegalStateException("A call that has to wait does not enter");
	}

	/**
	 * Add that the refusal of a gate was cured.
	 */
	Entry cure() {
		return new Entry(this.user, this.tickets, this.kept, true);
	}

	/**
	 * Return the entry behind the first ticket.
	 */
	Entry behindTicket() {
		return new Entry(this.user, this.tickets.subList(1, this.tickets.size()), this.kept, this.cured);
	}

}
