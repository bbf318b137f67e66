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

package dev.lumoauth.spring.adk;

import dev.lumoauth.spring.guard.GuardTerm;

/**
 * A term that counts for one call, by its caller and its arguments.
 */
record OneCallTerm() implements GuardTerm<OneCallTerm> {

	@Override
	public OneCallTerm and(OneCallTerm other) {
		return this;
	}

	@Override
	public boolean includes(OneCallTerm other) {
		return true;
	}

	@Override
	public String code() {
		return "one-call";
	}

	@Override
	public boolean isForOneCall() {
		return true;
	}

}
