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

package dev.lumoauth.spring.redis.autoconfigure;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;
import org.jspecify.annotations.Nullable;

/**
 * The events that reach a replica through the others.
 */
final class ReceivedRevocations implements RevocationSource {

	final Set<String> events = ConcurrentHashMap.newKeySet();

	@Override
	public void relayBy(@Nullable RevocationRelay relay) {
	}

	@Override
	public void relayed(String id, Duration life, Collection<Revocation> revocations) {
		this.events.add(id);
	}

	@Override
	public void missed(Revocation.Effect effect) {
	}

}
