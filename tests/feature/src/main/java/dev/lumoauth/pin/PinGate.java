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

package dev.lumoauth.pin;

import java.util.Set;
import java.util.TreeSet;

import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GuardedCall;

/**
 * Lets a call go on if all its PINs have been entered.
 *
 * @param pins the agent's PINs
 */
record PinGate(Pins pins) implements Gate<PinTerm> {

	@Override
	public Class<PinTerm> term() {
		return PinTerm.class;
	}

	/**
	 * Behind the user, in front of people who are asked.
	 */
	@Override
	public int order() {
		return USER + 50;
	}

	@Override
	public Admission admit(GuardedCall call, PinTerm term) {
		Set<String> missing = new TreeSet<>(term.names());
		missing.removeAll(this.pins.entered());
		if (!missing.isEmpty()) {
			throw new PinRequiredException(missing);
		}
		return Admission.FREE;
	}

	@Override
	public Admission known(GuardedCall call, PinTerm term) {
		return admit(call, term);
	}

}
