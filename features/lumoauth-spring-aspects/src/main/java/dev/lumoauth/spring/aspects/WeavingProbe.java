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

package dev.lumoauth.spring.aspects;

import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * Shows whether the weaver is active: it then weaves this method like any other annotated
 * method. Nobody calls the method. The application looks it up by name.
 */
final class WeavingProbe {

	private WeavingProbe() {
	}

	@RequiresCapability("lumoauth:weaving")
	static void probe() {
	}

}
