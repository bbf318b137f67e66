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

package dev.lumoauth.spring.aauth.resource;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/**
 * A body that is in memory already.
 */
final class BodyInputStream extends ServletInputStream {

	private final ByteArrayInputStream body;

	BodyInputStream(byte[] body) {
		this.body = new ByteArrayInputStream(body);
	}

	@Override
	public int read() {
		return this.body.read();
	}

	@Override
	public int read(byte[] target, int offset, int length) {
		return this.body.read(target, offset, length);
	}

	@Override
	public int available() {
		return this.body.available();
	}

	@Override
	public boolean isFinished() {
		return this.body.available() == 0;
	}

	@Override
	public boolean isReady() {
		return true;
	}

	@Override
	public void setReadListener(ReadListener listener) {
		try {
			listener.onDataAvailable();
			listener.onAllDataRead();
		}
		catch (IOException ex) {
			listener.onError(ex);
		}
	}

}
