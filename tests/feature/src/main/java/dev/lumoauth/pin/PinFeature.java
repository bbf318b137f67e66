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

import java.time.Clock;

import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;

/**
 * The PINs of each agent.
 *
 * @param clock the time
 * @since 0.1.0
 */
public record PinFeature(Clock clock) implements AgentFeature {

	@Override
	public void addTo(AgentBuilder agent) {
		agent.provide(Pins.class, (runtime) -> new Pins(agent.settings("pin", PinProperties.class), this.clock))
			.gate((runtime) -> new PinGate(runtime.get(Pins.class)))
			.forgets((runtime) -> runtime.get(Pins.class))
			.describes("pins", (runtime) -> runtime.get(Pins.class).entered());
	}

}
