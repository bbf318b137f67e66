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

package dev.lumoauth.devserver.admin;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An amount that is spent of a budget or added to its limits. A member that the JSON
 * object leaves out is 0.
 *
 * @param tokens tokens of a language model
 * @param apiCalls calls to LumoAuth
 */
record Amount(long tokens, @JsonProperty("api_calls") long apiCalls) {

}
