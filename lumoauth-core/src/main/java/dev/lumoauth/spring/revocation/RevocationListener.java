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

/**
 * Listener that forgets what it remembers when LumoAuth has revoked something. Beans of
 * this type are called in their order for all events.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RevocationListener {

	/**
	 * Forget what the revocation affects. Called on the thread that received the event,
	 * so this method must not block. An exception is logged, and the other listeners are
	 * still called.
	 * @param revocation what was revoked, and from whom
	 */
	void revoked(Revocation revocation);

}
