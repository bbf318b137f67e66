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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.concurrent.RememberedBean;
import org.jspecify.annotations.Nullable;

/**
 * The gates of one guard, in their order.
 */
final class Gates {

	private final CapabilityGate capability;

	/** Those of features. Only they may cure a refusal. */
	private final Supplier<Gate<?>[]> further;

	private final Supplier<Gate<?>[]> all;

	Gates(CapabilityGate capability, UserGate user, Supplier<? extends List<? extends Gate<?>>> further) {
		this.capability = capability;
		this.further = new RememberedBean<>(() -> further.get().toArray(new Gate<?>[0]));
		this.all = new RememberedBean<>(() -> {
			List<Gate<?>> gates = new ArrayList<>(List.of(capability, user));
			gates.addAll(List.of(this.further.get()));
			gates.sort(Comparator.comparingInt(Gate::order));
			return gates.toArray(new Gate<?>[0]);
		});
	}

	CapabilityGate capability() {
		return this.capability;
	}

	/**
	 * Return all gates. Don't change the array.
	 */
	Gate<?>[] all() {
		return this.all.get();
	}

	private @Nullable Gate<?> of(GuardTerm<?> term) {
		for (Gate<?> gate : all()) {
			if (gate.term() == term.getClass()) {
				return gate;
			}
		}
		return null;
	}

	/**
	 * Refuse terms of which one has no gate.
	 * @throws LumoAuthUnavailableException if nobody decides about a term
	 */
	void requireAll(GuardedCall call) {
		List<GuardTerm<?>> terms = call.terms().all();
		// By index: every call comes here.
		for (int i = 0; i < terms.size(); i++) {
			if (of(terms.get(i)) == null) {
				throw new LumoAuthUnavailableException("The call of '" + call.name() + "' is refused: the code "
						+ terms.get(i) + ", and this agent has no gate for " + terms.get(i).getClass().getName(), null);
			}
		}
	}

	/**
	 * Return whether no gate but that of the capabilities has a say in calls that have no
	 * other term. Most calls are of this kind.
	 */
	boolean isCapabilityEnough(GuardTerms terms) {
		for (Gate<?> gate : this.further.get()) {
			if (gate.term() == CapabilityTerm.class || gate.mayCure(terms)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether one of the gates may cure the refusal of a call on some terms.
	 */
	boolean mayCure(GuardTerms terms) {
		for (Gate<?> gate : this.further.get()) {
			if (gate.mayCure(terms)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether somebody after a gate may cure its refusal of a call.
	 */
	boolean mayCure(GuardedCall call, Gate<?> refusing, RuntimeException refusal) {
		if (refusing != this.capability || call.isRest() || ((Refusal) refusal).getMissingCapabilities().isEmpty()) {
			return false;
		}
		for (Gate<?> gate : this.further.get()) {
			if (gate.order() > refusing.order() && gate.mayCure(call.terms())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether the gates of another guard decide in the same way about some terms.
	 */
	boolean areSame(Gates other, GuardTerms terms) {
		return terms.all().stream().allMatch((term) -> of(term) != null && allOf(term).equals(other.allOf(term)));
	}

	private List<Gate<?>> allOf(GuardTerm<?> term) {
		return Arrays.<Gate<?>>stream(all()).filter((gate) -> gate.term() == term.getClass()).toList();
	}

	/**
	 * Ask a gate.
	 * @param call the call
	 * @param gate the gate
	 * @param refusal the refusal that the gate may cure, or {@code null}
	 */
	static <T extends GuardTerm<T>> Answer ask(GuardedCall call, Gate<T> gate, @Nullable RuntimeException refusal) {
		Admission cure = (refusal != null && gate.mayCure(call.terms())) ? gate.cure(call, (Refusal) refusal) : null;
		if (cure != null) {
			return new Answer(cure, true);
		}
		T term = call.terms().get(gate.term());
		return (term != null) ? new Answer(gate.admit(call, term), false) : Answer.NONE;
	}

	/**
	 * Ask a gate what it knows.
	 * @return the answer; {@code null} if the gate has to find out
	 */
	static <T extends GuardTerm<T>> @Nullable Answer known(GuardedCall call, Gate<T> gate) {
		T term = call.terms().get(gate.term());
		Admission known = (term != null) ? gate.known(call, term) : Admission.FREE;
		return (known != null) ? new Answer(known, false) : null;
	}

	/**
	 * Return whether a gate need not be asked about a part of a call that may run: the
	 * call has no term of that gate, or the gate has decided that one call.
	 */
	static <T extends GuardTerm<T>> boolean isDecidedForWhole(GuardedCall call, Gate<T> gate) {
		T term = call.terms().get(gate.term());
		return term == null || term.isForOneCall();
	}

	/**
	 * What a gate has answered.
	 *
	 * @param admission how the call goes on
	 * @param cured whether that cures the refusal of an earlier gate
	 */
	record Answer(Admission admission, boolean cured) {

		private static final Answer NONE = new Answer(Admission.FREE, false);

	}

}
