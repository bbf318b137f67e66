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

import dev.lumoauth.spring.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call past the gates: which gate is asked next, and what its answer means
 * for the call. {@link Guard} takes the steps on one thread, {@link DeferredCall} in a
 * stream.
 */
final class Passage {

	private final GuardedCall call;

	private final Gates gates;

	private final Gate<?>[] all;

	private final boolean isPart;

	private final boolean cured;

	private int next;

	private Entry entry = Entry.FREE;

	/** The refusal of a gate that a later gate may cure. */
	private @Nullable RuntimeException refusal;

	/**
	 * Begin at the first gate.
	 * @param gates the gates
	 * @param call the call
	 * @param isPart whether this is a part of another call that may run, such as that of
	 * a tool: what was decided for that one call, as by a person, is not asked again;
	 * everything else is, since the agent may have lost a capability meanwhile
	 * @param cured whether the agent lacked a capability for that other call, and a later
	 * gate let it pass in spite of that
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if nobody decides about a
	 * term of the call
	 */
	Passage(Gates gates, GuardedCall call, boolean isPart, boolean cured) {
		gates.requireAll(call);
		this.gates = gates;
		this.call = call;
		this.all = gates.all();
		this.isPart = isPart;
		this.cured = cured;
	}

	/**
	 * Return whether there is another gate to ask.
	 * @throws RuntimeException the refusal that no gate has cured
	 */
	boolean hasNext() {
		while (this.next < this.all.length && this.isPart && Gates.isDecidedForWhole(this.call, gate())) {
			this.next++;
		}
		if (this.next == this.all.length && this.refusal != null) {
			throw this.refusal;
		}
		return this.next < this.all.length;
	}

	/**
	 * Return the gate to ask.
	 */
	Gate<?> gate() {
		return this.all[this.next];
	}

	/**
	 * Return what the gate knows.
	 * @return the answer; {@code null} if the gate has to find out
	 */
	Gates.@Nullable Answer known() {
		return (this.refusal == null) ? Gates.known(this.call, gate()) : null;
	}

	/**
	 * Ask the gate.
	 */
	Gates.Answer ask() {
		return Gates.ask(this.call, gate(), this.refusal);
	}

	/**
	 * Go on to the next gate.
	 * @param answer the answer of this gate
	 * @return the answer if the call has to wait; {@code null} if it may go on
	 */
	Admission.@Nullable Later answered(Gates.Answer answer) {
		this.next++;
		if (answer.cured()) {
			this.refusal = null;
			this.entry = this.entry.cure();
		}
		if (answer.admission() instanceof Admission.Later later) {
			return later;
		}
		this.entry = this.entry.with(answer.admission());
		return null;
	}

	/**
	 * Go on to the next gate although this one has refused, if a later one may cure that.
	 * @param failure what the gate has thrown
	 * @throws RuntimeException the same, if nobody may cure it
	 */
	void refused(RuntimeException failure) {
		if (!(failure instanceof Refusal) || this.refusal != null || !this.gates.mayCure(this.call, gate(), failure)) {
			throw failure;
		}
		this.next++;
		// What was cured for the whole call is cured for its part.
		this.refusal = this.cured ? null : failure;
	}

	/**
	 * Return how the call runs, according to the gates that were asked.
	 */
	Entry entry() {
		return this.entry;
	}

}
