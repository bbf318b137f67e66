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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.agent.Forgetting;

/**
 * Which PINs somebody has entered for an agent.
 *
 * @since 0.1.0
 */
public final class Pins implements Forgetting {

	private final PinProperties settings;

	private final Clock clock;

	private final Map<String, Instant> entered = new ConcurrentHashMap<>();

	Pins(PinProperties settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Enter a PIN.
	 * @param name the name under {@code lumoauth.pin.codes}
	 * @param code the digits
	 * @return whether they are right
	 */
	public boolean enter(String name, String code) {
		String right = this.settings.getCodes().getOrDefault(name, "");
		boolean same = !right.isEmpty()
				&& MessageDigest.isEqual(right.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
		if (same) {
			this.entered.put(name, this.clock.instant());
		}
		return same;
	}

	/**
	 * Return the PINs that count now.
	 * @return their names
	 */
	public Set<String> entered() {
		Instant oldest = this.clock.instant().minus(this.settings.getMaxAge());
		this.entered.values().removeIf((time) -> time.isBefore(oldest));
		return new TreeSet<>(this.entered.keySet());
	}

	@Override
	public void forget() {
		this.entered.clear();
	}

}
