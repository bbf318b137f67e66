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

package dev.lumoauth.spring.capability;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Uses allows past their lifetime while LumoAuth is unreachable, and logs that. In every
 * other failure LumoAuth has answered something, so its earlier answers no longer count.
 */
final class StaleIfError {

	private static final Log logger = LogFactory.getLog(CachingCapabilityDecisions.class);

	private final AtomicReference<@Nullable StaleIfErrorUse> use = new AtomicReference<>();

	private final CapabilityCache cache;

	private final SharedDecisions.Agent shared;

	StaleIfError(CapabilityCache cache, SharedDecisions.Agent shared) {
		this.cache = cache;
		this.shared = shared;
	}

	/**
	 * Decide without LumoAuth.
	 * @param name the capability
	 * @param failure why there is no answer
	 * @return a stale allow, or {@code null} if there is none to use
	 */
	@Nullable CapabilityDecision decide(String name, @Nullable Throwable failure) {
		if (!(failure instanceof LumoAuthUnavailableException unavailable) || !unavailable.isUnreachable()) {
			return null;
		}
		long left = this.cache.staleMillis(name);
		if (left <= 0) {
			return null;
		}
		Instant now = Instant.ofEpochMilli(this.cache.now().millis());
		StaleIfErrorUse before = this.use
			.getAndUpdate((use) -> (use != null) ? use.again(now) : new StaleIfErrorUse(now, now, 1));
		if (before == null) {
			logger.warn("LumoAuth is unreachable, and capability '" + name + "' is granted by an allow that has "
					+ "outlived its lifetime, for another " + Duration.ofMillis(left) + " at most "
					+ "(lumoauth.capabilities.stale-if-unavailable). Logged once until LumoAuth answers again. "
					+ unavailable.getMessage());
		}
		return CapabilityDecision.stale(unavailable);
	}

	/**
	 * Note that LumoAuth has answered.
	 */
	void answered() {
		StaleIfErrorUse ended = (this.use.get() != null) ? this.use.getAndSet(null) : null;
		if (ended != null) {
			logger.info("LumoAuth answers again: allows that had outlived their lifetime have made " + ended.decisions()
					+ " decisions since " + ended.since() + " (lumoauth.capabilities.stale-if-unavailable).");
		}
	}

	/**
	 * Note that there was no answer.
	 * @param names what was asked about
	 * @param failure why there is none
	 */
	void failed(Collection<String> names, RuntimeException failure) {
		if (failure instanceof LumoAuthAuthenticationException || failure instanceof LumoAuthDeniedException) {
			// The failure is about the agent, whatever was asked.
			this.shared.forget();
			this.cache.drop();
			answered();
		}
		else if (failure instanceof LumoAuthProtocolException) {
			names.forEach(this.cache::drop);
			answered();
		}
	}

	/**
	 * Return what is in use.
	 * @return since the last answer; {@code null} if nothing
	 */
	@Nullable StaleIfErrorUse inUse() {
		return this.use.get();
	}

}
