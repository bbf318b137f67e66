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

package dev.lumoauth.spring.guard.method;

import java.util.Set;
import java.util.TreeSet;

import dev.lumoauth.spring.guard.GuardTerm;
import dev.lumoauth.spring.guard.TermPlace;
import dev.lumoauth.spring.guard.TermReader;

/**
 * Reads {@link Stamped}.
 */
final class StampReader implements TermReader<Stamped, StampReader.Stamp> {

	@Override
	public Class<Stamped> annotation() {
		return Stamped.class;
	}

	@Override
	public Stamp read(Stamped annotation, TermPlace place) {
		return new Stamp(Set.of(annotation.value()));
	}

	record Stamp(Set<String> colours) implements GuardTerm<Stamp> {

		@Override
		public Stamp and(Stamp other) {
			Set<String> both = new TreeSet<>(this.colours);
			both.addAll(other.colours);
			return new Stamp(both);
		}

		@Override
		public boolean includes(Stamp other) {
			return this.colours.containsAll(other.colours);
		}

		@Override
		public String code() {
			return "stamp";
		}

	}

}
