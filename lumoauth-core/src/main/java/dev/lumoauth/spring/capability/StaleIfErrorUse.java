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

import java.time.Instant;

/**
 * The use of allows past their lifetime because LumoAuth is unreachable.
 *
 * @param since when the first such allow was used
 * @param last when the last such allow was used
 * @param decisions how many decisions used such allows in this time
 * @since 0.1.0
 */
public record StaleIfErrorUse(Instant since, Instant last, long decisions) {

	StaleIfErrorUse again(Instant now) {
		return new StaleIfErrorUse(this.since, now, this.decisions + 1);
	}

}
