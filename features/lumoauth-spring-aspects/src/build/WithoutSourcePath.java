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


import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Leaves of the source's path, which AspectJ's compiler writes into an aspect, the name
 * of the file: the same sources are to give the same bytes in each folder. AspectJ shows
 * it with errors only.
 */
final class WithoutSourcePath {

	private WithoutSourcePath() {
	}

	public static void main(String[] args) throws IOException {
		Path file = Path.of(args[0]);
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
		DataOutputStream out = new DataOutputStream(written);
		// Magic number and version: JVMS 4.1
		out.writeLong(in.readLong());
		copyConstants(in, out);
		in.transferTo(out);
		Files.write(file, written.toByteArray());
	}

	/**
	 * Each stays where it is: JVMS 4.4.
	 */
	private static void copyConstants(DataInputStream in, DataOutputStream out) throws IOException {
		int count = in.readUnsignedShort();
		out.writeShort(count);
		for (int i = 1; i < count; i++) {
			int tag = in.readUnsignedByte();
			out.writeByte(tag);
			switch (tag) {
				case 1 -> out.writeUTF(withoutPath(in.readUTF()));
				case 3, 4, 9, 10, 11, 12, 17, 18 -> out.writeInt(in.readInt());
				case 5, 6 -> {
					out.writeLong(in.readLong());
					i++;
				}
				case 7, 8, 16, 19, 20 -> out.writeShort(in.readUnsignedShort());
				case 15 -> {
					out.writeByte(in.readUnsignedByte());
					out.writeShort(in.readUnsignedShort());
				}
				default -> throw new IOException("Constant " + i + " has the unknown tag " + tag);
			}
		}
	}

	private static String withoutPath(String constant) {
		return constant.endsWith(".aj") ? constant.substring(constant.replace('\\', '/').lastIndexOf('/') + 1) : constant;
	}

}
