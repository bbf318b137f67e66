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

import java.util.List;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * Reads {@link RequiresCapability}. Annotations that are equally close have to require
 * the same.
 */
final class CapabilityTermReader implements TermReader<RequiresCapability, CapabilityTerm> {

	@Override
	public Class<RequiresCapability> annotation() {
		return RequiresCapability.class;
	}

	@Override
	public CapabilityTerm read(RequiresCapability annotation, TermPlace place) {
		try {
			return new CapabilityTerm(CapabilityRequirement.of(annotation), annotation.onDenied() == OnDenied.REQUEST);
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					place + " has a @RequiresCapability that is not valid: " + ex.getMessage() + ".",
					"Name the capability as LumoAuth knows it, such as \"read:documents\".");
		}
	}

	@Override
	public CapabilityTerm all(List<CapabilityTerm> terms, TermPlace place) {
		List<CapabilityRequirement> requirements = terms.stream().map(CapabilityTerm::requirement).distinct().toList();
		if (requirements.size() > 1) {
			throw new GuardConfigurationException(
					place.name() + " has competing @RequiresCapability annotations: " + requirements + ".",
					"Put one annotation on it that says what it needs; it overrides those of its interfaces "
							+ "and its superclasses.");
		}
		return TermReader.super.all(terms, place);
	}

}
