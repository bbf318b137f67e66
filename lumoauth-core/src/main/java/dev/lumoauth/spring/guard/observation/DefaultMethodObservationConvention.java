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

package dev.lumoauth.spring.guard.observation;

import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation.LowCardinalityKeyNames;

/**
 * Names and tags of the calls of guarded methods, as documented in
 * {@link GuardObservationDocumentation#METHOD}. A bean of a class that extends this one,
 * or another {@code GlobalObservationConvention}, replaces them.
 *
 * @since 0.1.0
 */
public class DefaultMethodObservationConvention extends GuardObservationConvention {

	public DefaultMethodObservationConvention() {
		super("method", LowCardinalityKeyNames.METHOD);
	}

}
