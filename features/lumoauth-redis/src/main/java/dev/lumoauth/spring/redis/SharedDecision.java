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

package dev.lumoauth.spring.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An answer of LumoAuth as replicas share it.
 *
 * @param allowed whether the agent has the capability
 * @param askedAt the time just before it was requested, by Redis's clock, in milliseconds
 * since 1970
 * @param era the era in which it was requested: an event begins another one
 */
record SharedDecision(@Nullable Boolean allowed, long askedAt, @Nullable String era) {

	/** Checked, because another version of this library may have written anything. */
	SharedDecision {
		Assert.isTrue(allowed != null && era != null, "The answer is not complete");
	}

	boolean isAllow() {
		return Boolean.TRUE.equals(this.allowed);
	}

	/**
	 * Return the age of the answer, or {@code null} if it does not count.
	 * @param now the time by Redis's clock
	 * @param era the current era
	 * @param life how long such an answer counts
	 */
	@Nullable Duration age(long now, String era, Duration life) {
		long age = now - this.askedAt;
		return (era.equals(this.era) && age >= 0 && age < life.toMillis()) ? Duration.ofMillis(age) : null;
	}

}
