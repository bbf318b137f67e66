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
import java.util.List;

/**
 * Passes on to the other replicas of the application what one of them has learned of.
 * Must neither block nor throw.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RevocationRelay {

	/**
	 * Pass on what an event revokes.
	 * @param id what tells the event from all others
	 * @param life for how long its sender could send it again
	 * @param revocations what it revokes
	 */
	void publish(String id, Duration life, List<Revocation> revocations);

}
