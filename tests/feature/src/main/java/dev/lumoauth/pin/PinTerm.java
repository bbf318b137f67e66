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

import dev.lumoauth.spring.guard.GuardTerm;

/**
 * The code needs PINs, each of them.
 *
 * @param names the names of the PINs
 */
record PinTerm(Set<String> names) implements GuardTerm<PinTerm> {

	@Override
	public PinTerm and(PinTerm other) {
		Set<String> both = new TreeSet<>(this.names);
		both.addAll(other.names);
		return new PinTerm(both);
	}

	@Override
	public boolean includes(PinTerm other) {
		return this.names.containsAll(other.names);
	}

	@Override
	public String code() {
		return "pin";
	}

	@Override
	public String toString() {
		return "needs the PIN " + String.join(", ", this.names);
	}

}
