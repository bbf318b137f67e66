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

package dev.lumoauth.spring.approval;

import java.util.Locale;

/**
 * How much a call changes. The person who decides is shown it (the {@code impact} of
 * LumoAuth's push approvals).
 *
 * @since 0.1.0
 */
public enum Impact {

	/**
	 * Little, and it can be undone.
	 */
	LOW,

	/**
	 * Some, more than little.
	 */
	MEDIUM,

	/**
	 * Much, or it can't be undone.
	 */
	HIGH,

	/**
	 * So much that nobody should decide quickly.
	 */
	CRITICAL;

	/**
	 * Return the impact as LumoAuth writes it.
	 * @return the name in lower case
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

}
