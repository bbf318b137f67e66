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

package dev.lumoauth.spring.revocation;

import java.time.Duration;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Learns what LumoAuth has revoked, and tells the {@link RevocationListener}s. Each event
 * counts once, whichever replica of the application has received it.
 *
 * @since 0.1.0
 */
public interface RevocationSource {

	/**
	 * Set the relay that passes this replica's events on to the other replicas.
	 * @param relay the relay; {@code null} = none
	 */
	void relayBy(@Nullable RevocationRelay relay);

	/**
	 * Apply an event that another replica has received, without passing it on.
	 * @param id what tells the event from all others
	 * @param life for how long its sender could send it again
	 * @param revocations what it revokes
	 */
	void relayed(String id, Duration life, Collection<Revocation> revocations);

	/**
	 * Let the listeners forget everything that may have been revoked while no events
	 * arrived.
	 * @param effect what may have been revoked
	 */
	void missed(Revocation.Effect effect);

}
