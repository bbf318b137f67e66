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

package dev.lumoauth.devserver.approval;

import java.util.Locale;

/**
 * The state of a request.
 *
 * @since 0.1.0
 */
public enum ApprovalState {

	/** Nobody has decided yet. */
	PENDING,

	/** The request is approved. */
	APPROVED,

	/** The request is denied. */
	DENIED,

	/** Nobody decided in time. */
	EXPIRED,

	/** Its task ended before anybody decided. */
	CANCELLED;

	/**
	 * Returns the name in JSON.
	 * @return the name, in lower case
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

}
