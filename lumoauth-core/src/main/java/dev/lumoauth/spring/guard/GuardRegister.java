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

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilitySource;
import org.jspecify.annotations.Nullable;

/**
 * What the guards of an application stand around, as they come to it: beans when the
 * application starts, tools when they are made, listed or first offered. To look at; no
 * guard asks here.
 *
 * @since 0.1.0
 */
public final class GuardRegister {

	/**
	 * An application that makes up the names of tools fills no memory.
	 */
	static final int MAX_SIZE = 1_000;

	private final Set<GuardedCode> guarded = ConcurrentHashMap.newKeySet();

	/**
	 * Return where a guard notes what it stands around.
	 * @param layer where the guard stands
	 * @param agent the name of the agent that it asks about; {@code null} for the one
	 * without a name
	 * @return the place
	 */
	public Place place(GuardLayer layer, @Nullable String agent) {
		return new Place(this, layer, agent);
	}

	/**
	 * Return what is guarded.
	 * @return the first 1,000, sorted by layer and name
	 */
	public List<GuardedCode> all() {
		return this.guarded.stream()
			.sorted(Comparator.comparing(GuardedCode::layer)
				.thenComparing(GuardedCode::name)
				.thenComparing(GuardedCode::agent, Comparator.nullsFirst(Comparator.naturalOrder())))
			.toList();
	}

	/**
	 * Return a source that says so in the log when LumoAuth denies a capability that an
	 * agent isn't known to have: most likely its name is wrong.
	 * @param source whom to ask
	 * @param agent the agent's client id
	 * @param known gives the capabilities that the agent is known to have; must not block
	 * @param guarded gives the code that asks about this agent
	 * @return the source
	 */
	public static CapabilitySource watch(CapabilitySource source, String agent, Supplier<Collection<String>> known,
			Supplier<Collection<GuardedCode>> guarded) {
		return new UnknownCapabilityWatch(source, agent, known, guarded);
	}

	private void add(GuardedCode code) {
		// A look first: it takes no lock, and most are known.
		if (!this.guarded.contains(code) && this.guarded.size() < MAX_SIZE) {
			this.guarded.add(code);
		}
	}

	/**
	 * Where a guard stands.
	 *
	 * @param register where it is noted, or {@code null} for nowhere
	 * @param layer in which layer
	 * @param agent the name of the agent that is asked about, or {@code null}
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
		 * Note what a guard was put around.
		 * @param name its name
		 * @param terms on what terms it runs
		 */
		public void note(String name, GuardTerms terms) {
			if (this.register != null) {
				this.register.add(new GuardedCode(name, this.layer, this.agent, terms.requirement(),
						terms.onBehalfOfUser(), terms.approval() != null));
			}
		}

	}

}
