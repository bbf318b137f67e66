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

package dev.lumoauth.spring.event;

/**
 * Is told when LumoAuth has taken something away, and forgets what it knew of it. Beans
 * of this type are told, in their order, by the one place that all events come through.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RevocationListener {

	/**
	 * Forget. Called on the thread that received the event, so it must not block. What it
	 * throws is logged, and keeps no other listener from being told.
	 * @param revocation what was taken away, and from whom
	 */
	void revoked(Revocation revocation);

}
