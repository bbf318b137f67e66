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

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The code that the guards of an application protect. Beans are noted when the
 * application starts, tools when they are created, listed or first offered. The register
 * is for information only; no guard uses it to decide.
 *
 * @since 0.1.0
 */
public final class GuardRegister {

	/**
	 * The limit protects the memory from an application that generates names of tools.
	 */
	static final int MAX_SIZE = 1_000;

	private final Set<GuardedCode> guarded = ConcurrentHashMap.newKeySet();

	/**
	 * Return the place in which a guard notes what it protects.
	 * @param layer the layer of the guard
	 * @param agent the name of the agent whose capabilities count; {@code null} for the
	 * default agent
	 * @return the place
	 */
	public Place place(GuardLayer layer, @Nullable String agent) {
		return new Place(this, layer, agent);
	}

	/**
	 * Return whether nothing is guarded yet.
	 * @return whether there is no entry
	 */
	public boolean isEmpty() {
		return this.guarded.isEmpty();
	}

	/**
	 * Return the guarded code.
	 * @return the first 1,000 entries, sorted by layer and name
	 */
	public List<GuardedCode> all() {
		return this.guarded.stream()
			.sorted(Comparator.comparing(GuardedCode::layer)
				.thenComparing(GuardedCode::name)
				.thenComparing(GuardedCode::agent, Comparator.nullsFirst(Comparator.naturalOrder())))
			.toList();
	}

	private void add(GuardedCode code) {
		// Look first: that takes no lock, and most are known.
		if (!this.guarded.contains(code) && this.guarded.size() < MAX_SIZE) {
			this.guarded.add(code);
		}
	}

	/**
	 * Where a guard stands.
	 *
	 * @param register the register, or {@code null} for none
	 * @param layer the layer
	 * @param agent the name of the agent whose capabilities count, or {@code null} for
	 * the default agent
	 */
	public record Place(@Nullable GuardRegister register, GuardLayer layer, @Nullable String agent) {

		/**
		 * Return the same agent's place in another layer.
		 * @param layer the layer
		 * @return the place
		 */
		public Place in(GuardLayer layer) {
			return new Place(this.register, layer, this.agent);
		}

		/**
		 * Note what a guard protects.
		 * @param name the name of the code
		 * @param terms the terms of the code
		 */
		public void note(String name, GuardTerms terms) {
			if (this.register != null && !terms.all().isEmpty()) {
				this.register.add(new GuardedCode(name, this.layer, this.agent, terms));
			}
		}

	}

}
