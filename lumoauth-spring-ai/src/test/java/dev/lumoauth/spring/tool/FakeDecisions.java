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

package dev.lumoauth.spring.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;

/**
 * Decisions that a test grants, without a cache: every request is counted.
 */
public class FakeDecisions implements CapabilityDecisions {

	private final Set<String> granted = ConcurrentHashMap.newKeySet();

	private final List<List<String>> requests = new CopyOnWriteArrayList<>();

	private volatile boolean cached;

	private volatile boolean unavailable;

	public FakeDecisions grant(String... capabilities) {
		this.granted.addAll(List.of(capabilities));
		return this;
	}

	void reset() {
		this.granted.clear();
		this.requests.clear();
		this.cached = false;
		this.unavailable = false;
	}

	void unavailable() {
		this.unavailable = true;
	}

	void cached() {
		this.cached = true;
	}

	List<List<String>> requests() {
		return this.requests;
	}

	private CapabilityDecision one(String capability) {
		if (this.unavailable) {
			return CapabilityDecision
				.unavailable(new LumoAuthUnavailableException("https://lumo.internal:9000 did not answer", null));
		}
		return this.granted.contains(capability) ? CapabilityDecision.ALLOW
				: CapabilityDecision.deny(List.of(capability));
	}

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement) {
		if (!this.cached) {
			this.requests.add(requirement.capabilities());
		}
		return requirement.decide(all(requirement.capabilities())::get);
	}

	@Override
	public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
		this.requests.add(new ArrayList<>(capabilities));
		return all(capabilities);
	}

	private Map<String, CapabilityDecision> all(Collection<String> capabilities) {
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		capabilities.forEach((capability) -> decisions.put(capability, one(capability)));
		return decisions;
	}

	@Override
	public CapabilityDecision known(CapabilityRequirement requirement) {
		return this.cached ? requirement.decide(all(requirement.capabilities())::get) : null;
	}

	@Override
	public void invalidate() {
	}

	@Override
	public void invalidate(String capability) {
	}

}
