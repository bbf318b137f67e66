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

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.TermPlace;
import dev.lumoauth.spring.guard.TermReader;

/**
 * Lets each tool of the tool journeys, which needs a capability, need a PIN as well.
 */
final class CapabilitiesNeedAPin implements TermReader<RequiresCapability, PinTerm> {

	@Override
	public Class<RequiresCapability> annotation() {
		return RequiresCapability.class;
	}

	@Override
	public PinTerm read(RequiresCapability annotation, TermPlace place) {
		return new PinTerm(Set.of("payments"));
	}

}
